package org.dreamkeeper;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** What a test is about that only a directory has; it does not run for the other {@link Place}s. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(FilesAlone.Condition.class)
public @interface FilesAlone {
  String value();

  /** Where the suite keeps its projects just now. */
  interface Suite {
    Place place();
  }

  final class Condition implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      boolean elsewhere =
          context.getTestInstance().orElse(null) instanceof Suite suite
              && suite.place() != Place.FILES;
      return elsewhere
          ? ConditionEvaluationResult.disabled("of files alone")
          : ConditionEvaluationResult.enabled("where the project is");
    }
  }
}
